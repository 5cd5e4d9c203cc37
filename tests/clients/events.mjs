// graphql-sse in distinct connections mode: what the server sends for a query. Reads {url, token, query, variables}.
import { text } from 'node:stream/consumers';
import { createClient } from 'graphql-sse';

const { url, token, query, variables } = JSON.parse(await text(process.stdin));
const client = createClient({
  url: `${url}/graphql`,
  headers: token === null ? {} : { authorization: `Bearer ${token}` },
  retryAttempts: 0,
});
const outcome = await new Promise((resolve) => {
  const values = [];
  client.subscribe(
    { query, variables },
    {
      next: (value) => values.push(value),
      complete: () => resolve({ values }),
      error: (error) => resolve({ values, status: error.response?.status, message: error.message }),
    },
  );
});
client.dispose();
console.log(JSON.stringify(outcome));
