// Talks through the bridge, which BRIDGE_COMMAND (a JSON array) starts, to the server that the official SDK has for
// such tests: one in this process, that a test can stop, move and start again; and to the real one, which is
// registered in the file that AIDIS_PORT_REGISTRY names.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CallToolResultSchema,
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  McpError,
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
  SubscribeRequestSchema,
  ToolListChangedNotificationSchema
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';

const [command, ...args] = JSON.parse(process.env.BRIDGE_COMMAND);
const TIMEOUT = 30_000;

const open = [];

afterEach(async () => {
  for (const closeable of open.splice(0).reverse()) {
    await closeable.close();
  }
});

async function until(what, condition) {
  const end = Date.now() + TIMEOUT;
  while (!(await condition())) {
    assert.ok(Date.now() < end, `${what} within ${TIMEOUT} ms`);
    await sleep(20);
  }
}

async function connect(env = {}, options = []) {
  const log = [];
  const transport = new StdioClientTransport({
    command,
    args: [...args, ...options],
    env: { ...process.env, ...env },
    stderr: 'pipe'
  });
  transport.stderr.on('data', (text) => log.push(String(text)));
  const client = new Client(
    { name: 'test', version: '1' },
    { capabilities: { roots: { listChanged: true }, sampling: {}, elicitation: {} } }
  );
  const errors = [];
  client.onerror = (error) => errors.push(error);
  await client.connect(transport);
  open.push(client);
  return { client, transport, errors, log: () => log.join('') };
}

// A server with state, as the SDK's examples have it. Restarted at another port unless told otherwise.
class Server {
  runs = [];
  subscribed = [];
  port = 0;

  async start(port = 0) {
    this.sessions = new Map();
    this.sockets = new Set();
    this.http = createServer((request, response) => this.handle(request, response));
    this.http.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    await new Promise((done) => this.http.listen(port, '127.0.0.1', done));
    this.port = this.http.address().port;
    open.push(this);
    return this;
  }

  // As abrupt as kill -9: connections are reset, nobody is told anything.
  async kill() {
    for (const socket of this.sockets) {
      socket.resetAndDestroy();
    }
    await new Promise((done) => this.http.close(done));
  }

  async close() {
    if (this.http.listening) {
      await this.kill();
    }
  }

  async handle(request, response) {
    const chunks = [];
    try {
      for await (const chunk of request) {
        chunks.push(chunk);
      }
    } catch (failure) {
      // A request that a kill broke off is nobody's any more.
      if (request.destroyed) {
        return;
      }
      throw failure;
    }
    const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks)) : undefined;
    const id = request.headers['mcp-session-id'];
    let session = this.sessions.get(id);
    if (!session && body?.method === 'initialize') {
      session = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (created) => this.sessions.set(created, session)
      });
      await this.create().connect(session);
    }
    if (!session) {
      response.writeHead(id ? 404 : 400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32000, message: 'No session' } }));
      return;
    }
    await session.handleRequest(request, response, body);
  }

  create() {
    const server = new McpServer(
      { name: 'scripted', version: '1' },
      { capabilities: { logging: {}, resources: { subscribe: true, listChanged: true } } }
    );
    const tool = (name, annotations, run) =>
      server.registerTool(name, { description: name, inputSchema: { text: z.string().default('') }, annotations }, async ({ text }, extra) => {
        this.runs.push(name);
        return { content: [{ type: 'text', text: await run(text, extra) }] };
      });
    tool('echo', { readOnlyHint: true }, async (text) => text);
    tool('slow', { idempotentHint: true }, async () => {
      await this.block?.promise;
      return 'done';
    });
    tool('pay', {}, async () => {
      await this.block?.promise;
      return 'paid';
    });
    tool('progress', { readOnlyHint: true }, async (text, { sendNotification, _meta }) => {
      for (let progress = 1; progress <= 3; progress++) {
        await sendNotification({
          method: 'notifications/progress',
          params: { progressToken: _meta.progressToken, progress, total: 3 }
        });
      }
      // The SDK's client forgets who wants to know of progress as soon as the answer is there.
      await sleep(200);
      return 'done';
    });
    tool('cancellable', {}, async (text, { signal }) => {
      this.cancelled = new Promise((done) => signal.addEventListener('abort', done));
      this.running = true;
      await this.cancelled;
      return 'too late';
    });
    tool('ask', {}, async (text, { sendRequest }) => {
      const { roots } = await server.server.listRoots();
      const elicited = await server.server.elicitInput({
        message: 'Name?',
        requestedSchema: { type: 'object', properties: { name: { type: 'string' } } }
      });
      const sampled = await server.server.createMessage({ messages: [], maxTokens: 1 });
      return [roots[0].uri, elicited.content.name, sampled.content.text].join(' ');
    });
    tool('log', { readOnlyHint: true }, async () => {
      await server.sendLoggingMessage({ level: 'info', data: 'hello' });
      return 'logged';
    });
    server.registerResource('thing', 'test://thing', {}, async () => ({
      contents: [{ uri: 'test://thing', text: String(this.runs.length) }]
    }));
    server.registerPrompt('greet', { argsSchema: { name: z.string() } }, ({ name }) => ({
      messages: [{ role: 'user', content: { type: 'text', text: `Greet ${name}` } }]
    }));
    server.server.setRequestHandler(SubscribeRequestSchema, ({ params }) => {
      this.subscribed.push(params.uri);
      return {};
    });
    this.last = server;
    return server;
  }
}

const call = (client, name, text = '', options = {}) =>
  client.callTool({ name, arguments: { text } }, CallToolResultSchema, options);

const text = async (...parameters) => (await call(...parameters)).content[0].text;

async function serve() {
  const server = await new Server().start();
  return { server, ...(await connect({ AIDIS_MCP_URL: `http://127.0.0.1:${server.port}/mcp` }, ['--stdio-only'])) };
}

test('initializes, lists, reads and calls', async () => {
  const { client, errors } = await serve();
  assert.equal(client.getServerVersion().name, 'scripted');
  assert.deepEqual(await client.ping(), {});
  const { tools } = await client.listTools();
  assert.ok(tools.some(({ name, annotations }) => name === 'echo' && annotations.readOnlyHint));
  assert.equal(await text(client, 'echo', 'ä\u2028𝄞 "quoted"\n'), 'ä\u2028𝄞 "quoted"\n');
  const { prompts } = await client.listPrompts();
  assert.equal(prompts[0].name, 'greet');
  const { messages } = await client.getPrompt({ name: 'greet', arguments: { name: 'Ann' } });
  assert.equal(messages[0].content.text, 'Greet Ann');
  const { resources } = await client.listResources();
  assert.equal(resources[0].uri, 'test://thing');
  assert.equal((await client.readResource({ uri: 'test://thing' })).contents[0].text, '1');
  await assert.rejects(client.readResource({ uri: 'test://nothing' }), McpError);
  assert.deepEqual(errors, []);
});

test('passes progress on', async () => {
  const { client } = await serve();
  const progress = [];
  await call(client, 'progress', '', { onprogress: (report) => progress.push(report.progress) });
  assert.deepEqual(progress, [1, 2, 3]);
});

test('passes notifications on, those of a call and those of the server', async () => {
  const { client, server } = await serve();
  const logged = [];
  let lists = 0;
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => logged.push(params.data));
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => lists++);
  // The stream that these come by is opened behind the client's back.
  await until('the log message', async () => {
    await call(client, 'log');
    return logged.length > 0;
  });
  await until('the notification', () => {
    server.last.sendToolListChanged();
    return lists > 0;
  });
});

test('passes cancellation on', async () => {
  const { client, server } = await serve();
  const controller = new AbortController();
  const calling = call(client, 'cancellable', '', { signal: controller.signal });
  await until('the call', () => server.running);
  controller.abort('changed my mind');
  await assert.rejects(calling, /changed my mind/);
  await server.cancelled;
  assert.equal(await text(client, 'echo', 'still there'), 'still there');
});

test('asks the client what the server wants to know', async () => {
  const { client } = await serve();
  client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [{ uri: 'file:///home' }] }));
  client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: { name: 'Ann' } }));
  client.setRequestHandler(CreateMessageRequestSchema, () => ({
    model: 'test',
    role: 'assistant',
    content: { type: 'text', text: 'sampled' }
  }));
  await until('the stream on which the server asks', async () => {
    try {
      return (await text(client, 'ask', '', { timeout: 1000 })) === 'file:///home Ann sampled';
    } catch {
      return false;
    }
  });
});

test('calls many at once', async () => {
  const { client } = await serve();
  const texts = Array.from({ length: 200 }, (unused, i) => String(i));
  assert.deepEqual(await Promise.all(texts.map((value) => text(client, 'echo', value))), texts);
});

test('survives restarts of the server without the client noticing', async () => {
  const { client, server, errors, log } = await serve();
  const updated = [];
  let toolLists = 0;
  let resourceLists = 0;
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => toolLists++);
  client.setNotificationHandler(ResourceListChangedNotificationSchema, () => resourceLists++);
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => updated.push(params.uri));
  await client.subscribeResource({ uri: 'test://thing' });
  for (let restart = 1; restart <= 5; restart++) {
    server.block = withResolvers();
    const before = server.runs.length;
    const slow = text(client, 'slow');
    await until('the slow call', () => server.runs.length > before);
    await server.kill();
    server.block.resolve();
    server.block = undefined;
    await server.start(server.port);
    assert.equal(await slow, 'done');
    assert.equal(await text(client, 'echo', 'again'), 'again');
    await until('the announcements', () => toolLists >= restart && resourceLists >= restart && updated.length >= restart);
    assert.equal(server.subscribed.length, restart + 1);
  }
  assert.deepEqual(errors, []);
  assert.match(log(), /Lost the server/);
});

test('does not repeat what may do harm', async () => {
  const { client, server } = await serve();
  await client.listTools();
  server.block = withResolvers();
  const paying = text(client, 'pay');
  await until('the payment', () => server.runs.includes('pay'));
  await server.kill();
  await assert.rejects(paying, (error) => {
    assert.equal(error.code, -31002);
    assert.match(error.message, /'pay'.*may or may not have run/);
    return true;
  });
  server.block = undefined;
  await server.start(server.port);
  assert.equal(await text(client, 'pay'), 'paid');
  assert.deepEqual(server.runs, ['pay', 'pay']);
});

test('finds the real server in the registry', async () => {
  const { client, errors } = await connect();
  assert.equal(client.getServerVersion().name, 'aidis-mcp');
  const { tools } = await client.listTools();
  assert.ok(tools.some(({ name }) => name === 'list_services'));
  const { structuredContent } = await client.callTool({ name: 'list_services', arguments: {} });
  await until('the bridge in the list', async () => {
    const listed = await client.callTool({ name: 'list_services', arguments: {} });
    return listed.structuredContent.services.some(({ name }) => name === 'aidis-mcp-bridge');
  });
  assert.ok(structuredContent.services.some(({ name }) => name === 'aidis-mcp'));
  await assert.rejects(client.request({ method: 'dance' }, z.any()), McpError);
  assert.deepEqual(errors, []);
});

function withResolvers() {
  const deferred = {};
  deferred.promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }));
  return deferred;
}
