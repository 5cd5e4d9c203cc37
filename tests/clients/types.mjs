// graphql-codegen: TypeScript of a contract's types and of operations, generated from introspection.
import { text } from 'node:stream/consumers';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as operations from '@graphql-codegen/typescript-operations';
import { buildClientSchema, getIntrospectionQuery, parse, printSchema } from 'graphql';

const { url, token, documents } = JSON.parse(await text(process.stdin));
const response = await fetch(`${url}/graphql`, {
  method: 'POST',
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  body: JSON.stringify({ query: getIntrospectionQuery() }),
});
const schema = buildClientSchema((await response.json()).data);
const generated = await codegen({
  filename: 'types.ts',
  schema: parse(printSchema(schema)),
  schemaAst: schema,
  documents: documents.map((document, place) => ({ location: `${place}.graphql`, document: parse(document) })),
  plugins: [{ typescript: {} }, { operations: {} }],
  pluginMap: { typescript, operations },
  config: {},
});
console.log(JSON.stringify({ generated }));
