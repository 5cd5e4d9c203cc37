// graphql-http's audits of GraphQL over HTTP against a running server: each audit's name and verdict, as one line of JSON.
import { text } from 'node:stream/consumers';
import { serverAudits } from 'graphql-http';

const { url, token } = JSON.parse(await text(process.stdin));

function fetchAsCaller(input, init = {}) {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${token}`);
  return fetch(input, { ...init, headers });
}

const results = [];
for (const audit of serverAudits({ url: `${url}/graphql`, fetchFn: fetchAsCaller })) {
  const result = await audit.fn();
  results.push({ name: audit.name, status: result.status, reason: result.reason ?? null });
}
console.log(JSON.stringify(results));
