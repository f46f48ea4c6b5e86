/** The design system's colours for a canvas, which knows no CSS variables, and when they change. */
import { useSyncExternalStore } from "react";

/** Resolves the variables as they are in the element's theme. */
export function readColors(element: HTMLElement) {
  const probe = document.createElement("span");
  element.append(probe);
  const colorOf = (name: string): string => {
    probe.style.color = `var(--color-${name})`;
    return getComputedStyle(probe).color;
  };
  const colors = {
    "ink-faint": colorOf("ink-faint"),
    line: colorOf("line"),
    surface: colorOf("surface"),
    accent: colorOf("accent"),
    "phase-dns": colorOf("phase-dns"),
    "phase-connect": colorOf("phase-connect"),
    "phase-tls": colorOf("phase-tls"),
    "phase-first-byte": colorOf("phase-first-byte"),
    "phase-download": colorOf("phase-download"),
    "down-wash": colorOf("down-wash"),
    "degraded-wash": colorOf("degraded-wash"),
    "maintenance-wash": colorOf("maintenance-wash"),
  };
  probe.remove();
  return colors;
}

export type GraphColors = ReturnType<typeof readColors>;

/** The same colour, translucent. `color` is as computed styles have it: `rgb(1, 2, 3)`. */
export function translucent(color: string, opacity: number): string {
  return color.replace(/^rgba?\(([^,]+),([^,]+),([^,)]+).*$/, `rgba($1,$2,$3, ${opacity})`);
}

/** `light` or `dark` as it is now; re-renders when the system or the reader changes it. */
export function useAppearance(): "light" | "dark" {
  return useSyncExternalStore(subscribe, appearance);
}

const systemDark = window.matchMedia("(prefers-color-scheme: dark)");

function appearance(): "light" | "dark" {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return systemDark.matches ? "dark" : "light";
}

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  systemDark.addEventListener("change", listener);
  return () => {
    observer.disconnect();
    systemDark.removeEventListener("change", listener);
  };
}
