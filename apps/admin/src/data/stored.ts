/** A small choice kept in this browser. Where storage is refused, choices last as long as the page. */
export function stored(name: string): { read: () => string | null; write: (value: string | null) => void } {
  return {
    read: () => {
      try {
        return localStorage.getItem(name);
      } catch {
        return null;
      }
    },
    write: (value) => {
      try {
        if (value === null) localStorage.removeItem(name);
        else localStorage.setItem(name, value);
      } catch {
        return;
      }
    },
  };
}
