// What a newcomer finds: the operations of the project that the gateway serves.
export interface Example {
  title: string;
  query: string;
  /** JSON text for the variables editor; empty where the operation takes none. */
  variables: string;
}

const WELCOME: Example = {
  title: 'Welcome',
  query: '# Write an operation, then press Ctrl-Enter.\n{\n  __typename\n}\n',
  variables: '',
};

/** Never fails: the page works without examples. */
export async function fetchExamples(): Promise<Example[]> {
  try {
    const response = await fetch('/graphiql/examples.json', { credentials: 'omit' });
    const listed: unknown = response.ok ? await response.json() : [];
    const examples = Array.isArray(listed) ? listed.flatMap(toExample) : [];
    return examples.length > 0 ? examples : [WELCOME];
  } catch {
    return [WELCOME];
  }
}

function toExample(value: unknown): Example[] {
  const { title, query, variables } = (value ?? {}) as { title?: unknown; query?: unknown; variables?: unknown };
  if (typeof query !== 'string') return [];
  const name = typeof title === 'string' ? title : '';
  const heading = name && !query.startsWith('#') ? `# ${name}\n` : '';
  return [{ title: name || 'Example', query: heading + query, variables: variablesText(variables) }];
}

function variablesText(variables: unknown): string {
  if (typeof variables === 'string') return variables;
  if (typeof variables !== 'object' || variables === null || Object.keys(variables).length === 0) return '';
  return JSON.stringify(variables, null, 2);
}
