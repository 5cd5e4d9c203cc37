import 'graphiql/setup-workers/vite';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './style.css';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { fetchExamples } from './examples';
import { save, takeFromFragment } from './session';

// Before anything else, so that the token leaves the address bar at once.
const arrived = takeFromFragment();
if (arrived) save(arrived);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(<App examples={await fetchExamples()} />);
