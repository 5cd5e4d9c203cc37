// A side panel with the project's example operations, for when their tabs are closed or changed.
import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import type { Example } from './examples';

export function examplesPlugin(examples: Example[]): GraphiQLPlugin {
  return { title: 'Examples', icon: ExamplesIcon, content: () => <ExamplesPanel examples={examples} /> };
}

function ExamplesPanel({ examples }: { examples: Example[] }) {
  const { queryEditor, variableEditor } = useGraphiQL(({ queryEditor, variableEditor }) => ({
    queryEditor,
    variableEditor,
  }));
  const { addTab } = useGraphiQLActions();
  const open = (example: Example) => {
    addTab();
    queryEditor?.setValue(example.query);
    variableEditor?.setValue(example.variables);
  };
  return (
    <section className="narthex-examples" aria-label="Examples">
      <h2>Examples</h2>
      <ul>
        {examples.map((example) => (
          <li key={example.title + example.query}>
            <button type="button" onClick={() => open(example)}>
              <b>{example.title}</b>
              <pre>{example.query.replace(/^#.*\n/, '')}</pre>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function ExamplesIcon() {
  return (
    <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M3 4.5h14M3 10h9M3 15.5h6" strokeLinecap="round" />
      <path d="m13 13 4 2.5-4 2.5z" fill="currentColor" strokeLinejoin="round" />
    </svg>
  );
}
