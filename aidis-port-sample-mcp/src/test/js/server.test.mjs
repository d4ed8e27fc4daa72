// Talks to the server at MCP_URL, whose registry is the file REGISTRY, through the official
// client SDK. Services come and go as older programs do it: they rewrite the file.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CallToolResultSchema,
  ErrorCode,
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema
} from '@modelcontextprotocol/sdk/types.js';

const url = new URL(process.env.MCP_URL);
const port = Number(url.port);
const registry = process.env.REGISTRY;
const TIMEOUT = 30_000;

let client;
let transport;
let service;

before(async () => {
  service = createServer((request, response) => response.end('fine'));
  await new Promise((done) => service.listen(0, '127.0.0.1', done));
});

after(() => service.close());

beforeEach(async () => {
  transport = new StreamableHTTPClientTransport(url);
  client = new Client({ name: 'test', version: '1' }, { capabilities: {} });
  await client.connect(transport);
});

afterEach(async () => {
  await client.close();
});

async function until(what, condition) {
  const end = Date.now() + TIMEOUT;
  while (!(await condition())) {
    assert.ok(Date.now() < end, `${what} within ${TIMEOUT} ms`);
    await sleep(20);
  }
}

async function change(edit) {
  const entries = JSON.parse(await readFile(registry, 'utf8'));
  edit(entries);
  const temporary = `${registry}.${randomUUID()}`;
  await writeFile(temporary, JSON.stringify(entries, null, 2), { mode: 0o600 });
  await rename(temporary, registry);
}

function register(name) {
  return change((entries) => {
    entries[name] = {
      serviceName: name,
      port: service.address().port,
      pid: process.pid,
      startedAt: new Date().toISOString(),
      healthEndpoint: '/health'
    };
  });
}

function deregister(name) {
  return change((entries) => delete entries[name]);
}

function call(name, args = {}, options = {}) {
  return client.callTool({ name, arguments: args }, CallToolResultSchema, options);
}

async function content(name, args, options) {
  const result = await call(name, args, options);
  assert.notEqual(result.isError, true, JSON.stringify(result.content));
  assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent);
  return result.structuredContent;
}

async function complaint(name, args) {
  const result = await call(name, args);
  assert.equal(result.isError, true, JSON.stringify(result));
  return result.content[0].text;
}

test('initializes', () => {
  assert.equal(client.getServerVersion().name, 'aidis-mcp');
  assert.equal(transport.protocolVersion, '2025-11-25');
  assert.match(client.getInstructions(), /find_service/);
  assert.ok(transport.sessionId);
  const { tools, resources, prompts } = client.getServerCapabilities();
  assert.ok(tools);
  assert.deepEqual(resources, { subscribe: true, listChanged: true });
  assert.equal(prompts, undefined);
});

test('answers ping and takes a log level', async () => {
  assert.deepEqual(await client.ping(), {});
  assert.deepEqual(await client.setLoggingLevel('warning'), {});
});

test('lists its tools', async () => {
  const { tools } = await client.listTools();
  assert.deepEqual(
    tools.map((tool) => tool.name),
    ['list_services', 'find_service', 'wait_for_service', 'check_health', 'explain_port', 'prune_stale']
  );
  for (const tool of tools) {
    assert.ok(tool.title && tool.description && tool.inputSchema && tool.outputSchema && tool.annotations, tool.name);
  }
});

test('calls each tool, whose answers have the schema that it told', async () => {
  // Having listed them the SDK checks structured content.
  await client.listTools();
  await register('node-orders');
  try {
    const { services } = await content('list_services');
    assert.deepEqual(services.map(({ name }) => name).sort(), ['aidis-mcp', 'node-orders']);
    const found = await content('find_service', { name: 'node-orders' });
    assert.equal(found.service.url, `http://localhost:${service.address().port}`);
    assert.equal(found.healthy, true);
    assert.equal((await content('wait_for_service', { name: 'node-orders' })).service.pid, process.pid);
    assert.equal((await content('check_health', { name: 'node-orders' })).healthy, true);
    const explained = await content('explain_port', { port: service.address().port });
    assert.equal(explained.processes[0].pid, process.pid);
    assert.equal(explained.services[0].name, 'node-orders');
    assert.deepEqual(await content('prune_stale'), { pruned: [] });
  } finally {
    await deregister('node-orders');
  }
});

test('prunes the entry of a process that has ended', async () => {
  await change((entries) => {
    entries['node-dead'] = { serviceName: 'node-dead', port: 1, pid: 2 ** 22 + 1, startedAt: new Date().toISOString(), healthEndpoint: '/' };
  });
  assert.match(await complaint('find_service', { name: 'node-dead' }), /No live service named 'node-dead'/);
  // Whoever writes the registry next prunes it as well.
  const { pruned } = await content('prune_stale');
  assert.ok(pruned.length <= 1);
  assert.equal(JSON.parse(await readFile(registry, 'utf8'))['node-dead'], undefined);
});

test('tells agents what to do when they call a tool wrongly', async () => {
  assert.match(await complaint('find_service', { name: 'ordres' }), /No live service named 'ordres' .*; registered: aidis-mcp/);
  assert.match(await complaint('find_service', { name: 5 }), /'name' must be a string, but is 5/);
  assert.match(await complaint('explain_port', { port: '80' }), /'port' must be an integer, but is the string "80"/);
  assert.match(await complaint('explain_port', { port: 0 }), /must be 1 to 65535, but is 0/);
  await assert.rejects(call('dance'), (error) => {
    assert.equal(error.code, ErrorCode.InvalidParams);
    assert.match(error.message, /There is no tool named 'dance'/);
    return true;
  });
  await assert.rejects(client.request({ method: 'dance' }, CallToolResultSchema), (error) => {
    assert.equal(error.code, ErrorCode.MethodNotFound);
    return true;
  });
});

test('tells that another program has the port of a service', async () => {
  await register('node-stolen');
  try {
    await change((entries) => {
      Object.assign(entries['node-stolen'], { instanceId: randomUUID(), metadata: { identity: 'header' } });
    });
    assert.match(await complaint('find_service', { name: 'node-stolen' }), /a program that is not this service/);
    const health = await content('check_health', { name: 'node-stolen' });
    assert.equal(health.healthy, false);
    assert.match(health.instances[0].detail, /a program that is not this service/);
  } finally {
    await deregister('node-stolen');
  }
});

test('lists and reads resources', async () => {
  await register('node-stock');
  try {
    await until('the resource of the service', async () =>
      (await client.listResources()).resources.some(({ uri }) => uri === 'aidis://registry/node-stock'));
    const { resourceTemplates } = await client.listResourceTemplates();
    assert.deepEqual(resourceTemplates.map(({ uriTemplate }) => uriTemplate), ['aidis://registry/{service}']);
    const { contents } = await client.readResource({ uri: 'aidis://registry/node-stock' });
    assert.equal(contents[0].mimeType, 'application/json');
    assert.equal(JSON.parse(contents[0].text).services[0].port, service.address().port);
    await assert.rejects(client.readResource({ uri: 'aidis://registry/nobody' }), /No live service named 'nobody'/);
  } finally {
    await deregister('node-stock');
  }
});

test('notifies of services that come, change and go', async () => {
  const uri = 'aidis://registry/node-payments';
  const updated = [];
  let lists = 0;
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => updated.push(params.uri));
  client.setNotificationHandler(ResourceListChangedNotificationSchema, () => lists++);
  await client.subscribeResource({ uri });
  await client.subscribeResource({ uri: 'aidis://registry' });
  // The stream that notifications come by is opened behind the client's back.
  await until('the first notification', async () => {
    await register('node-probe');
    await sleep(300);
    await deregister('node-probe');
    await sleep(300);
    return lists > 0;
  });
  lists = 0;
  updated.length = 0;
  await register('node-payments');
  await until('the arrival', () => lists > 0 && updated.includes(uri) && updated.includes('aidis://registry'));
  lists = 0;
  updated.length = 0;
  await change((entries) => (entries['node-payments'].healthEndpoint = '/other'));
  await until('the change', () => updated.includes(uri));
  await client.unsubscribeResource({ uri });
  updated.length = 0;
  await deregister('node-payments');
  await until('the end', () => lists > 0 && updated.includes('aidis://registry'));
  assert.ok(!updated.includes(uri));
});

test('reports progress until the service is there', async () => {
  const reports = [];
  const waiting = content('wait_for_service', { name: 'node-late', timeoutSeconds: 60 }, {
    onprogress: (progress) => reports.push(progress)
  });
  await until('two reports', () => reports.length >= 2);
  assert.ok(reports[0].progress < reports[1].progress);
  assert.equal(reports[0].total, 60);
  assert.match(reports[0].message, /not registered/);
  await register('node-late');
  try {
    assert.equal((await waiting).service.name, 'node-late');
  } finally {
    await deregister('node-late');
  }
});

test('cancels a call', async () => {
  const controller = new AbortController();
  const reports = [];
  const waiting = call('wait_for_service', { name: 'node-never', timeoutSeconds: 300 }, {
    signal: controller.signal,
    onprogress: (progress) => reports.push(progress)
  });
  await until('a report', () => reports.length > 0);
  controller.abort('changed my mind');
  await assert.rejects(waiting, /changed my mind/);
  // No report comes any more once the server knows.
  await until('silence', async () => {
    const before = reports.length;
    await sleep(1500);
    return reports.length === before;
  });
  assert.deepEqual(await client.ping(), {});
});

test('answers many calls at once', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => content('list_services')));
  for (const { services } of answers) {
    assert.ok(services.some(({ name }) => name === 'aidis-mcp'));
  }
});

test('serves several clients, each in a session of its own', async () => {
  const other = new StreamableHTTPClientTransport(url);
  const second = new Client({ name: 'second', version: '1' }, { capabilities: {} });
  await second.connect(other);
  try {
    assert.notEqual(other.sessionId, transport.sessionId);
    assert.deepEqual(await second.ping(), {});
  } finally {
    await second.close();
  }
});

test('ends the session when the client says so', async () => {
  const id = transport.sessionId;
  await transport.terminateSession();
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-session-id': id
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })
  });
  assert.equal(response.status, 404);
  assert.match((await response.json()).error.message, /Send initialize/);
});

test('tells of its own port', async () => {
  assert.equal((await content('explain_port', { port })).services[0].name, 'aidis-mcp');
});
