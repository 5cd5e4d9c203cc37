// One line under the response: what the last answer cost in time and bytes, stage by stage.
import type { Exchange } from './fetcher';

export function Reply({ exchange }: { exchange: Exchange | null }) {
  if (exchange === null) return null;
  const { status, milliseconds, bytes, stages } = exchange;
  return (
    <footer className="narthex-reply">
      <b className={status < 400 ? 'narthex-good' : 'narthex-bad'}>{status}</b>
      <span>{milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms</span>
      <span>{bytes < 10_000 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} KiB`}</span>
      {stages.map((stage) => (
        <span key={stage.name} className="narthex-stage">
          {stage.name} {stage.milliseconds.toFixed(1)}
        </span>
      ))}
    </footer>
  );
}
