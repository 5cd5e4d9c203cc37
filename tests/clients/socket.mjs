// graphql-ws: what the server sends for a query, or how it closes. Reads {url, token, query, variables}.
import { text } from 'node:stream/consumers';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const { url, token, query, variables } = JSON.parse(await text(process.stdin));
const client = createClient({
  url: `${url.replace(/^http/, 'ws')}/graphql`,
  webSocketImpl: WebSocket,
  connectionParams: token === null ? undefined : { authorization: `Bearer ${token}` },
  retryAttempts: 0,
});
const outcome = await new Promise((resolve) => {
  const values = [];
  client.subscribe(
    { query, variables },
    {
      next: (value) => values.push(value),
      complete: () => resolve({ values }),
      error: (error) => resolve('code' in error ? { values, closed: { code: error.code, reason: error.reason } } : { values, errors: error }),
    },
  );
});
await client.dispose();
console.log(JSON.stringify(outcome));
