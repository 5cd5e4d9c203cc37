// Who uses this page: the token comes in by the URL's fragment (which no server and no log sees)
// or by hand, stays in this tab's sessionStorage, and never goes anywhere but into the header of a request.

export interface Session {
  token: string;
  /** The role to act in; empty means the token's first one. */
  role: string;
}

export interface Identity {
  subject: string;
  kind: string;
  level: string;
  roles: string[];
  /** The callers that act for the subject, outermost first. */
  actors: string[];
  expiresAt: Date | null;
}

const TOKEN_KEY = 'narthex:token';
const ROLE_KEY = 'narthex:role';

/** Takes `#token=…&role=…` out of the address bar, so that it is neither bookmarked nor shared. */
export function takeFromFragment(): Session | null {
  const fragment = new URLSearchParams(window.location.hash.slice(1));
  const token = fragment.get('token')?.trim();
  if (!token) return null;
  window.history.replaceState(null, '', window.location.pathname + window.location.search);
  return { token, role: fragment.get('role')?.trim() ?? '' };
}

export function load(): Session | null {
  const token = sessionStorage.getItem(TOKEN_KEY);
  return token ? { token, role: sessionStorage.getItem(ROLE_KEY) ?? '' } : null;
}

export function save(session: Session): void {
  sessionStorage.setItem(TOKEN_KEY, session.token);
  sessionStorage.setItem(ROLE_KEY, session.role);
}

export function forget(): void {
  sessionStorage.removeItem(TOKEN_KEY);
  sessionStorage.removeItem(ROLE_KEY);
}

/** Reads the payload only to show it: the gateway alone decides what a token is worth. */
export function identify(token: string): Identity | null {
  const payload = decodePayload(token);
  if (payload === null) return null;
  return {
    subject: text(payload.sub) || 'unknown',
    kind: text(payload.kind),
    level: text(payload.level) || 'READ',
    roles: roleNames(payload),
    actors: actorChain(payload.act),
    expiresAt: typeof payload.exp === 'number' ? new Date(payload.exp * 1000) : null,
  };
}

function decodePayload(token: string): Record<string, unknown> | null {
  try {
    const base64 = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const payload: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isRecord(payload) ? payload : null;
  } catch {
    return null;
  }
}

function roleNames(payload: Record<string, unknown>): string[] {
  if (!Array.isArray(payload.roles)) return [];
  return payload.roles.filter((role): role is string => typeof role === 'string');
}

function actorChain(act: unknown): string[] {
  const chain: string[] = [];
  let actor = act;
  while (isRecord(actor) && chain.length < 8) {
    chain.push(text(actor.sub) || 'unknown');
    actor = actor.act;
  }
  return chain;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
