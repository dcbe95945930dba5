import { useState } from "preact/hooks";

import { api, type Mail } from "../api";
import { address, go, place } from "../router";
import { Drawer } from "../ui/drawer";
import { formatFull } from "../ui/format";
import { useLoad } from "../ui/load";
import { MailFrame } from "../ui/mail_frame";
import { PageHead, Problem, Table, Time } from "../ui/parts";

type View = "html" | "text" | "headers";

function MailDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const mail = useLoad(() => api.mail(id), id);
  const [view, setView] = useState<View>("html");
  const value = mail.value;
  const headers = !value ? [] : Array.isArray(value.headers) ? value.headers : Object.entries(value.headers).map(([name, text]) => ({ name, value: text }));
  return (
    <Drawer label={value?.subject ?? "Message"} onClose={onClose}>
      <Problem text={mail.error} />
      {value && (
        <>
          <p class="mail-head">From {value.sender}<br />To {value.recipient}<br /><span class="quiet">{formatFull(value.received_at)}</span></p>
          <div class="views" role="group" aria-label="Show as">
            {(["html", "text", "headers"] as const).map((name) => (
              <wa-button size="s" appearance={view === name ? "accent" : "outlined"} variant={view === name ? "brand" : "neutral"}
                aria-pressed={view === name} onClick={() => setView(name)}>
                {name === "html" ? "Message" : name === "text" ? "Plain text" : "Headers"}
              </wa-button>
            ))}
          </div>
          {view === "html" && <MailFrame html={value.html} title={value.subject} />}
          {view === "text" && <pre>{value.text}</pre>}
          {view === "headers" && <pre>{headers.map((h) => `${h.name}: ${h.value}`).join("\n")}</pre>}
        </>
      )}
    </Drawer>
  );
}

export function MailboxPage() {
  const { path } = place.value;
  const list = useLoad(() => api.mailbox(100), "mailbox", 3000);
  return (
    <>
      <PageHead title="Mailbox" note="Messages that stay on this machine (mail.transport = &quot;outbox&quot;). Reading one counts as opening it." />
      <Problem text={list.error} />
      <Table
        label="Mailbox"
        rows={list.value?.items}
        loading={list.loading}
        keyOf={(row: Mail) => row.id}
        empty="No mail yet."
        columns={[
          { head: "Subject", main: true, cell: (row) => <a href={address(["mailbox", row.id])}>{row.subject}</a> },
          { head: "To", cell: (row) => row.recipient },
          { head: "Came", cell: (row) => <Time at={row.received_at} /> },
        ]}
      />
      {path[1] && <MailDrawer key={path[1]} id={path[1]} onClose={() => go(["mailbox"])} />}
    </>
  );
}
