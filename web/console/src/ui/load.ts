// Loading as a hook: what came, what went wrong, and again every so often while the page is in view.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export type Loaded<T> = { value: T | undefined; error: string; loading: boolean; reload: () => void };

export function useLoad<T>(load: () => Promise<T>, key: string, everyMs = 0): Loaded<T> {
  const [state, setState] = useState<{ key: string; value?: T; error: string; loading: boolean }>({
    key,
    error: "",
    loading: true,
  });
  const latest = useRef(load);
  latest.current = load;
  const turn = useRef(0);

  const run = useCallback(async () => {
    const mine = ++turn.current;
    try {
      const value = await latest.current();
      if (mine === turn.current) setState({ key, value, error: "", loading: false });
    } catch (error) {
      if (mine === turn.current) setState((old) => ({ ...old, key, error: (error as Error).message, loading: false }));
    }
  }, [key]);

  useEffect(() => {
    setState((old) => ({ ...old, loading: true, error: "" }));
    void run();
    if (!everyMs) return;
    const timer = setInterval(() => document.visibilityState === "visible" && void run(), everyMs);
    return () => clearInterval(timer);
  }, [run, everyMs]);

  return { value: state.value, error: state.error, loading: state.loading, reload: () => void run() };
}

// Pages after the first are appended; a change of `key` starts anew.
export function usePages<T>(load: (cursor?: string) => Promise<{ items: T[]; next_cursor: string | null }>, key: string, everyMs = 0) {
  const [more, setMore] = useState<{ key: string; items: T[]; cursor: string | null | undefined }>({ key, items: [], cursor: undefined });
  const [moreError, setMoreError] = useState("");
  const first = useLoad(() => load(), key, everyMs);
  const own = more.key === key ? more : { key, items: [] as T[], cursor: undefined };
  const cursor = own.cursor === undefined ? first.value?.next_cursor : own.cursor;
  const loadMore = async () => {
    if (!cursor) return;
    try {
      const next = await load(cursor);
      setMore({ key, items: [...own.items, ...next.items], cursor: next.next_cursor });
      setMoreError("");
    } catch (error) {
      setMoreError((error as Error).message);
    }
  };
  return {
    items: first.value ? [...first.value.items, ...own.items] : undefined,
    error: first.error || moreError,
    loading: first.loading,
    reload: first.reload,
    more: cursor ? loadMore : undefined,
  };
}
