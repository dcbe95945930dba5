import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

import { api, session } from "./api";
import { DeliveriesPage } from "./pages/deliveries";
import { DuplicatesPage } from "./pages/duplicates";
import { FeedsPage } from "./pages/feeds";
import { ImportsPage } from "./pages/imports";
import { JourneyPage } from "./pages/journey";
import { JourneysPage } from "./pages/journeys";
import { MailboxPage } from "./pages/mailbox";
import { ProductsPage } from "./pages/products";
import { RequestsPage } from "./pages/requests";
import { RestocksPage } from "./pages/restocks";
import { SignIn } from "./pages/sign_in";
import { TodayPage } from "./pages/today";
import { address, place } from "./router";
import { Icon } from "./ui/parts";

// One row per page: the navigation and the routes are this table.
const pages: { key: string; title: string; view: () => ComponentChildren }[] = [
  { key: "today", title: "Today", view: () => <TodayPage /> },
  { key: "requests", title: "Requests", view: () => <RequestsPage /> },
  { key: "duplicates", title: "Duplicates", view: () => <DuplicatesPage /> },
  { key: "products", title: "Products", view: () => <ProductsPage /> },
  { key: "restocks", title: "Restocks", view: () => <RestocksPage /> },
  { key: "journeys", title: "Journeys", view: () => (place.value.path[1] ? <JourneyPage key={place.value.path[1]} name={place.value.path[1]} /> : <JourneysPage />) },
  { key: "messages", title: "Messages", view: () => <DeliveriesPage /> },
  { key: "mailbox", title: "Mailbox", view: () => <MailboxPage /> },
  { key: "imports", title: "Imports", view: () => <ImportsPage /> },
  { key: "feeds", title: "Feeds", view: () => <FeedsPage /> },
];

export function App() {
  const user = session.value;
  const key = place.value.path[0];
  useEffect(() => {
    // On a phone the navigation scrolls sideways: keep the current page in view.
    document.querySelector(".side [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [key, Boolean(user)]);
  if (user === undefined) return <p class="waiting whole"><wa-spinner /> Loading…</p>;
  if (user === null) return <SignIn />;
  const current = pages.find((page) => page.key === key) ?? pages[0];
  return (
    <div class="shell">
      <a class="skip" href="#content" onClick={(e: Event) => { e.preventDefault(); document.querySelector("main")?.focus(); }}>
        Skip to content
      </a>
      <nav class="side" aria-label="Console">
        <a class="logo" href={address(["today"])}><Bell />Stockbell</a>
        <ul>
          {pages.map((page) => (
            <li>
              <a href={address([page.key])} aria-current={page === current ? "page" : undefined}>
                <Icon name={page.key} />{page.title}
              </a>
            </li>
          ))}
        </ul>
        <div class="who">
          <span title={user.email}>{user.email}</span>
          <span class="quiet">{user.role}</span>
          <wa-button size="s" appearance="outlined" onClick={() => void api.signOut()}>Sign out</wa-button>
        </div>
      </nav>
      <main id="content" tabIndex={-1} key={current.key}>{current.view()}</main>
    </div>
  );
}

export function Bell() {
  return (
    <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#1f5a4c" />
      <path d="M16 6c-4.4 0-7 3.2-7 7.4V18l-2 3.6h18L23 18v-4.6C23 9.2 20.4 6 16 6Z" fill="#fff" />
      <path d="M13 23.4a3 3 0 0 0 6 0Z" fill="#f2b84b" />
    </svg>
  );
}
