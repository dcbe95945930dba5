import { useState } from "preact/hooks";

import { api, session } from "../api";
import { address } from "../router";
import { Drawer } from "../ui/drawer";
import { formatFull } from "../ui/format";
import { useLoad } from "../ui/load";
import { Problem, State } from "../ui/parts";

export function RequestDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const request = useLoad(() => api.request(id), `request ${id}`, 3000);
  const timeline = useLoad(() => api.timeline(id), `timeline ${id}`, 3000);
  const why = useLoad(() => api.whyOf(id), `why ${id}`, 3000);
  const [problem, setProblem] = useState("");
  const [sure, setSure] = useState(false);
  const value = request.value;
  const open = value && ["Pending", "Requested", "Queued"].includes(value.status);

  const cancel = async () => {
    try {
      await api.cancelRequest(id);
      setProblem("");
    } catch (error) {
      setProblem((error as Error).message);
    }
    setSure(false);
    request.reload();
    timeline.reload();
  };
  const name = value && [value.contact.first_name, value.contact.last_name].filter(Boolean).join(" ");

  return (
    <Drawer label={value ? value.sku : "Request"} onClose={onClose}>
      <Problem text={problem || request.error || timeline.error} />
      {value && (
        <>
          <dl class="facts">
            <dt>Status</dt><dd><State word={value.status} /></dd>
            <dt>Shopper</dt><dd>{value.contact.email}{name && <><br />{name}</>}</dd>
            <dt>Item</dt><dd><a href={address(["products"], { search: value.sku })}>{value.sku}</a>{value.quantity > 1 && ` × ${value.quantity}`}</dd>
            <dt>Site</dt><dd>{value.site}, {value.locale}</dd>
            <dt>Agreed to</dt><dd>text {value.consent.text_version || "–"}, {formatFull(value.consent.given_at)}<br /><span class="quiet wrap">{value.consent.page_url}</span></dd>
            <dt>Record</dt><dd><code>{value.id}</code></dd>
          </dl>
          <h2>Timeline</h2>
          <ol class="timeline">
            {timeline.value?.items.map((event) => (
              <li>
                <State word={event.status} /> <time dateTime={event.at} class="quiet">{formatFull(event.at)}</time>
                <p>{event.reason} {event.source && <span class="quiet">({event.source})</span>}</p>
              </li>
            ))}
          </ol>
          {!!why.value?.lines.length && (
            <>
              <h2>Why</h2>
              <ul class="why">{why.value.lines.map((line) => <li>{line}</li>)}</ul>
            </>
          )}
          {open && session.value?.role === "admin" && (
            <p class="drawer-actions">
              {sure ? (
                <>
                  <wa-button variant="danger" onClick={cancel}>Cancel this request</wa-button>
                  <wa-button appearance="outlined" onClick={() => setSure(false)}>Keep it</wa-button>
                </>
              ) : (
                <wa-button appearance="outlined" onClick={() => setSure(true)}>Cancel request…</wa-button>
              )}
            </p>
          )}
        </>
      )}
    </Drawer>
  );
}
