import { useEffect, useRef, useState } from "preact/hooks";

import { ApiError, api } from "../api";
import { Bell } from "../app";
import { Problem } from "../ui/parts";

export function SignIn() {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    document.title = "Sign in · Stockbell";
  }, []);

  const submit = async (event: Event) => {
    event.preventDefault();
    const fields = new FormData(form.current!);
    setBusy(true);
    setProblem("");
    try {
      await api.signIn(String(fields.get("email") ?? "").trim(), String(fields.get("password") ?? ""));
    } catch (error) {
      const wrong = error instanceof ApiError && (error.status === 401 || error.status === 422);
      setProblem(wrong ? "That e-mail address and password do not belong together." : (error as Error).message);
      setBusy(false);
    }
  };
  return (
    <main class="sign-in">
      <form ref={form} onSubmit={submit}>
        <h1><Bell />Stockbell</h1>
        <Problem text={problem} />
        <wa-input name="email" type="email" label="E-mail address" autocomplete="username" required autofocus />
        <wa-input name="password" type="password" label="Password" autocomplete="current-password" required password-toggle />
        <wa-button type="submit" variant="brand" loading={busy}>Sign in</wa-button>
      </form>
    </main>
  );
}
