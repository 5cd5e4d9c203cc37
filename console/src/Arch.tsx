/** The mark of Narthex: a door within a door. */
export function Arch() {
  return (
    <svg className="narthex-mark" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M5 28V15.5a11 11 0 0 1 22 0V28" />
      <path d="M11.5 28V16.5a4.5 4.5 0 0 1 9 0V28" />
    </svg>
  );
}
