// GraphiQL's way to the gateway: one POST per operation, cancelled when the user presses stop,
// numbers shown as the database wrote them.
import type { Fetcher, FetcherOpts, FetcherParams } from '@graphiql/toolkit';
import { Kind, parse } from 'graphql';
import type { Session } from './session';

const ENDPOINT = '/graphql';

export interface Exchange {
  status: number;
  milliseconds: number;
  bytes: number;
  /** The stages of the gateway, as `Server-Timing` reports them. */
  stages: { name: string; milliseconds: number }[];
}

export interface Listeners {
  /** The gateway does not accept the token (any more). */
  onRefused(reason: string): void;
  onExchange(exchange: Exchange): void;
}

interface Observer {
  next(value: unknown): void;
  error(error: unknown): void;
  complete(): void;
}

/** An observable rather than a promise, because GraphiQL can stop only the former. */
export function createFetcher(session: Session, listeners: Listeners): Fetcher {
  const fetcher = (params: FetcherParams, options?: FetcherOpts) => ({
    subscribe(observer: Observer) {
      const aborter = new AbortController();
      post(session, params, options?.headers ?? {}, listeners, aborter.signal).then(
        (answer) => {
          observer.next(answer);
          observer.complete();
        },
        (error: unknown) => {
          if (!aborter.signal.aborted) observer.error(error);
        },
      );
      return { unsubscribe: () => aborter.abort() };
    },
  });
  return fetcher as unknown as Fetcher;
}

async function post(
  session: Session,
  params: FetcherParams,
  extraHeaders: Record<string, unknown>,
  listeners: Listeners,
  signal: AbortSignal,
): Promise<unknown> {
  const headers = new Headers({
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json;q=0.9',
    authorization: `Bearer ${session.token}`,
  });
  if (session.role) headers.set('x-narthex-role', session.role);
  for (const [name, value] of Object.entries(extraHeaders)) headers.set(name, String(value));

  const started = performance.now();
  const body = JSON.stringify({ ...params, operationName: currentName(params) });
  const response = await fetch(ENDPOINT, { method: 'POST', headers, body, credentials: 'omit', signal });
  const text = await response.text();
  const answer = parseExactly(text);
  if (response.status === 401) listeners.onRefused(firstMessage(answer) ?? 'The gateway did not accept this token.');
  if (params.operationName !== 'IntrospectionQuery') {
    listeners.onExchange({
      status: response.status,
      milliseconds: performance.now() - started,
      bytes: new TextEncoder().encode(text).length,
      stages: parseServerTiming(response.headers.get('server-timing') ?? ''),
    });
  }
  return answer ?? { errors: [{ message: `HTTP ${response.status} ${response.statusText}: ${text.slice(0, 500)}` }] };
}

/** GraphiQL learns an operation's name a moment after the text changed, and may still send the one before. */
function currentName({ query, operationName }: FetcherParams): string | undefined {
  try {
    const names = parse(query).definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION ? [definition.name?.value] : [],
    );
    return names.length === 1 ? names[0] : (operationName ?? undefined);
  } catch {
    // What does not parse has no operation to name; the gateway says where it is wrong.
    return undefined;
  }
}

interface ExactJson {
  parse(text: string, reviver: (key: string, value: unknown, context?: { source?: string }) => unknown): unknown;
  rawJSON?(text: string): unknown;
}

/** Keeps a bigint or numeric that a JavaScript number cannot hold as the text it came as. */
function parseExactly(text: string): Record<string, unknown> | null {
  const json = JSON as unknown as ExactJson;
  try {
    const parsed = json.parse(text, (_key, value, context) => {
      if (typeof value !== 'number' || context?.source === undefined || !json.rawJSON) return value;
      return String(value) === context.source ? value : json.rawJSON(context.source);
    });
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function firstMessage(answer: Record<string, unknown> | null): string | null {
  if (!Array.isArray(answer?.errors)) return null;
  const message = (answer.errors[0] as { message?: unknown } | undefined)?.message;
  return typeof message === 'string' ? message : null;
}

function parseServerTiming(header: string): Exchange['stages'] {
  return header.split(',').flatMap((entry) => {
    const [name = '', ...attributes] = entry.split(';').map((part) => part.trim());
    const duration = attributes.find((attribute) => attribute.startsWith('dur='));
    return name && duration ? [{ name, milliseconds: Number(duration.slice(4)) }] : [];
  });
}
