// The door: without a token there is no schema to show.
import { type FormEvent, useState } from 'react';
import { Arch } from './Arch';

interface TokenFormProps {
  /** Why the last token was refused; empty at the first visit. */
  refusal: string;
  onToken(token: string): void;
}

export function TokenForm({ refusal, onToken }: TokenFormProps) {
  const [token, setToken] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const bare = token.trim().replace(/^Bearer\s+/i, '');
    if (bare) onToken(bare);
  };
  return (
    <main className="narthex-door">
      <form onSubmit={submit}>
        <Arch />
        <h1>Narthex</h1>
        <p>GraphiQL shows what your token may see. Paste one to enter.</p>
        {refusal && (
          <p className="narthex-refusal" role="alert">
            {refusal}
          </p>
        )}
        <label htmlFor="token">Access token</label>
        <textarea
          id="token"
          rows={5}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          placeholder="eyJhbGciOiJFZERTQSIs…"
          value={token}
          onChange={(event) => setToken(event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && submit(event)}
        />
        <button type="submit" disabled={!token.trim()}>
          Enter
        </button>
        <p className="narthex-hint">
          <code>narthex token --project DIR --role ROLE</code> prints one; <code>narthex dev</code> prints a link with
          one in it. It stays in this browser tab only.
        </p>
      </form>
    </main>
  );
}
