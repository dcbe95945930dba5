// A panel at the side (the whole width on a phone) for one thing of a list. Closing goes back to the list's address.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

type DrawerElement = HTMLElement & { open: boolean };

export function Drawer({ label, onClose, children }: { label: string; onClose: () => void; children: ComponentChildren }) {
  const drawer = useRef<DrawerElement>(null);
  useEffect(() => {
    const element = drawer.current!;
    const closed = (event: Event) => event.target === element && onClose();
    element.addEventListener("wa-after-hide", closed);
    element.open = true;
    return () => element.removeEventListener("wa-after-hide", closed);
  }, []);
  return <wa-drawer ref={drawer} label={label} light-dismiss>{children}</wa-drawer>;
}
