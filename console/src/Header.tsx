// Says in whose name the operations below run, and switches between the token's roles.
import { useEffect, useState } from 'react';
import { Arch } from './Arch';
import type { Identity, Session } from './session';

interface HeaderProps {
  session: Session;
  identity: Identity | null;
  onRole(role: string): void;
  onLeave(): void;
}

export function Header({ session, identity, onRole, onLeave }: HeaderProps) {
  return (
    <header className="narthex-header">
      <Arch />
      <h1>Narthex</h1>
      <span className="narthex-endpoint">/graphql</span>
      <div className="narthex-identity">
        {identity ? <Who identity={identity} /> : <span>opaque token</span>}
        <Role role={session.role} roles={identity?.roles ?? []} onRole={onRole} />
        {identity?.expiresAt && <Expiry at={identity.expiresAt} />}
        <button type="button" onClick={onLeave}>
          Change token
        </button>
      </div>
    </header>
  );
}

function Who({ identity }: { identity: Identity }) {
  const { subject, kind, level, actors } = identity;
  return (
    <>
      <span className="narthex-subject" data-testid="subject" title="The token's subject">
        {subject}
      </span>
      {actors.length > 0 && <span title="Who acts for the subject, outermost first">by {actors.join(' ← ')}</span>}
      <span className="narthex-chip" title="Kind of principal, and the most it may do">
        {[kind, level].filter(Boolean).join(' · ')}
      </span>
    </>
  );
}

function Role({ role, roles, onRole }: { role: string; roles: string[]; onRole(role: string): void }) {
  const active = role || roles[0] || '';
  if (!active) return null;
  const choices = roles.includes(active) ? roles : [active, ...roles];
  if (choices.length === 1) {
    return (
      <span className="narthex-role">
        role <b data-testid="role">{active}</b>
      </span>
    );
  }
  return (
    <label className="narthex-role">
      role{' '}
      <select data-testid="role" value={active} onChange={(event) => onRole(event.target.value)}>
        {choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    </label>
  );
}

function Expiry({ at }: { at: Date }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 5_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.round((at.getTime() - now) / 1000);
  return (
    <span className={seconds < 60 ? 'narthex-expiry narthex-urgent' : 'narthex-expiry'} title={at.toLocaleString()}>
      {seconds > 0 ? `${duration(seconds)} left` : 'expired'}
    </span>
  );
}

function duration(seconds: number): string {
  if (seconds < 60) return 'under a minute';
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}
