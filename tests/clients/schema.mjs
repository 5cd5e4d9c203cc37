// What graphql-js makes of a contract: introspection to a client schema and its print, and `/schema.graphql` to a schema.
import { text } from 'node:stream/consumers';
import { buildClientSchema, buildSchema, getIntrospectionQuery, printSchema, validateSchema } from 'graphql';

const { url, token } = JSON.parse(await text(process.stdin));
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
const options = { specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true };

async function introspect(query) {
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  const answer = await response.json();
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return buildClientSchema(answer.data);
}

const introspected = await introspect(getIntrospectionQuery(options));
await introspect(getIntrospectionQuery());
const sdl = await (await fetch(`${url}/schema.graphql`, { headers })).text();
const built = buildSchema(sdl);
console.log(
  JSON.stringify({
    introspected: printSchema(introspected),
    // Applied policies are the SDL's alone; without them both say the same.
    built: printSchema(built),
    problems: [...validateSchema(introspected), ...validateSchema(built)].map((error) => error.message),
  }),
);
