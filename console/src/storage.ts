// GraphiQL keeps tabs and history in localStorage; here each subject has its own, so that one
// person's operations do not show up under another's name in the same browser.
const NAMESPACE = 'narthex';

interface TabStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  clear(): void;
  length: number;
}

export function storageOf(subject: string): TabStorage {
  const prefix = `${NAMESPACE}:${encodeURIComponent(subject)}:`;
  const ownKeys = () => Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  return {
    getItem: (key) => localStorage.getItem(prefix + key),
    setItem: (key, value) => localStorage.setItem(prefix + key, value),
    removeItem: (key) => localStorage.removeItem(prefix + key),
    clear: () => ownKeys().forEach((key) => localStorage.removeItem(key)),
    get length() {
      return ownKeys().length;
    },
  };
}
