// A service as it was before there was a lock: reads the whole file, changes its own entries, writes the whole file.
// Usage: node lockless-writer.js FILE NAME OPERATIONS SEED
// Prints, as JSON, what it wrote last for each of its keys (null for removed), and stays until its input ends.
'use strict';

const fs = require('fs');

const [file, name, operations, seed] = [process.argv[2], process.argv[3], Number(process.argv[4]), Number(process.argv[5])];
const keys = 20;
const healedWithinMillis = 2000;
const believed = new Map();
const missingSince = new Map();
const result = { operations: 0, lost: 0, torn: 0, entries: {} };
let nextKey = 0;
let state = seed % 2147483647 || 1;

function random(limit) {
  state = (state * 48271) % 2147483647;
  return state % limit;
}

function pause(millis) {
  return new Promise((resolve) => setTimeout(resolve, millis));
}

async function read() {
  for (;;) {
    try {
      return JSON.parse(fs.readFileSync(file, 'utf8'));
    } catch (error) {
      // Somebody else is writing it.
      result.torn++;
      await pause(5);
    }
  }
}

function isAsBelieved(registry, key) {
  return JSON.stringify(registry[key] ?? null) === JSON.stringify(believed.get(key));
}

// A change that is not there may come back; one that stays away is lost, and its key not used again.
function lookForLosses(registry) {
  for (const key of [...believed.keys()]) {
    if (isAsBelieved(registry, key)) {
      missingSince.delete(key);
      if (believed.get(key) === null && believed.size > keys) {
        believed.delete(key);
      }
    } else if (!missingSince.has(key)) {
      missingSince.set(key, Date.now());
    } else if (Date.now() - missingSince.get(key) > healedWithinMillis) {
      result.lost++;
      believed.delete(key);
      missingSince.delete(key);
    }
  }
}

function change(registry) {
  const sound = [...believed.keys()].filter((key) => believed.get(key) !== null && !missingSince.has(key));
  const dice = random(3);
  if (sound.length === 0 || (dice === 0 && sound.length < keys)) {
    const key = `${name}-${nextKey++}`;
    registry[key] = { serviceName: key, port: 1024 + random(60000), pid: process.pid,
      startedAt: new Date().toISOString(), healthEndpoint: '/health' };
    believed.set(key, registry[key]);
    return;
  }
  const key = sound[random(sound.length)];
  if (dice === 1) {
    registry[key] = { ...registry[key], port: 1024 + random(60000) };
    believed.set(key, registry[key]);
  } else {
    delete registry[key];
    believed.set(key, null);
  }
}

async function run() {
  while (result.operations < operations) {
    const registry = await read();
    lookForLosses(registry);
    change(registry);
    fs.writeFileSync(file, JSON.stringify(registry, null, 2));
    result.operations++;
    await pause(random(4));
  }
  for (const [key, entry] of believed) {
    result.entries[key] = entry;
  }
  console.log(JSON.stringify(result));
}

// Its entries are those of a living process until then.
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
run();
