// Rewrites every registry in a folder in the way the services written for Node do.
const fs = require('fs');
const path = require('path');

const folder = process.argv[2];
for (const name of fs.readdirSync(folder)) {
  const file = path.join(folder, name);
  const registry = JSON.parse(fs.readFileSync(file, 'utf8'));
  fs.writeFileSync(file, JSON.stringify(registry, null, 2));
}
