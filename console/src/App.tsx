// The page: a door where the token is asked for, and behind it GraphiQL in the name of the token's subject.
import { HISTORY_PLUGIN, GraphiQL } from 'graphiql';
import { useEffect, useMemo, useState } from 'react';
import type { Example } from './examples';
import { examplesPlugin } from './ExamplesPanel';
import { createFetcher, type Exchange } from './fetcher';
import { Header } from './Header';
import { Reply } from './Reply';
import { forget, identify, load, save, type Session, takeFromFragment } from './session';
import { storageOf } from './storage';
import { TokenForm } from './TokenForm';

export function App({ examples }: { examples: Example[] }) {
  const [session, setSession] = useState<Session | null>(load);
  const [refusal, setRefusal] = useState('');

  const enter = (next: Session) => {
    save(next);
    setRefusal('');
    setSession(next);
  };
  const leave = (reason: string) => {
    forget();
    setRefusal(reason);
    setSession(null);
  };

  useEffect(() => {
    // A link with another token, opened in this tab, changes only the fragment and loads nothing.
    const onHashChange = () => {
      const next = takeFromFragment();
      if (next) enter(next);
    };
    window.addEventListener('hashchange', onHashChange);
    return () => window.removeEventListener('hashchange', onHashChange);
  }, []);

  if (session === null) return <TokenForm refusal={refusal} onToken={(token) => enter({ token, role: '' })} />;
  return <Workbench session={session} examples={examples} onSession={enter} onLeave={leave} />;
}

interface WorkbenchProps {
  session: Session;
  examples: Example[];
  onSession(session: Session): void;
  onLeave(reason: string): void;
}

function Workbench({ session, examples, onSession, onLeave }: WorkbenchProps) {
  const [exchange, setExchange] = useState<Exchange | null>(null);
  const identity = useMemo(() => identify(session.token), [session.token]);
  const subject = identity?.subject ?? '';
  // A new fetcher makes GraphiQL ask for the schema again: that is how a change of role shows.
  const fetcher = useMemo(() => createFetcher(session, { onRefused: onLeave, onExchange: setExchange }), [session]);
  const storage = useMemo(() => storageOf(subject), [subject]);
  // GraphiQL opens the first of the default tabs without its variables, unless they come this way too.
  const initialVariables = useMemo(
    () => (storage.getItem('graphiql:tabState') === null ? examples[0]?.variables : undefined),
    [storage, examples],
  );
  const plugins = useMemo(() => [examplesPlugin(examples), HISTORY_PLUGIN], [examples]);
  const tabs = useMemo(
    () => examples.map(({ query, variables }) => ({ query, variables: variables || null })),
    [examples],
  );

  return (
    <div className="narthex-page">
      <Header
        session={session}
        identity={identity}
        onRole={(role) => onSession({ ...session, role })}
        onLeave={() => onLeave('')}
      />
      <GraphiQL
        key={subject}
        fetcher={fetcher}
        storage={storage}
        plugins={plugins}
        defaultTabs={tabs}
        initialVariables={initialVariables}
        defaultEditorToolsVisibility="variables"
        inputValueDeprecation
        schemaDescription
        shouldPersistHeaders={false}
        showPersistHeadersSettings={false}
      >
        <GraphiQL.Logo> </GraphiQL.Logo>
        <GraphiQL.Footer>
          <Reply exchange={exchange} />
        </GraphiQL.Footer>
      </GraphiQL>
    </div>
  );
}
