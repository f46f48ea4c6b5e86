/** What a screen on the wall needs: it stays on, and shows no pointer that nobody moves. */
import { useEffect, useState } from "react";

const restAfterMs = 3000;

/** Keeps the screen on while the page is visible, where the browser allows it. */
export function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    const acquire = async () => {
      if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
      // Refused on low battery, and without https: then the screen does what it is set to.
      lock = await navigator.wakeLock.request("screen").catch(() => null);
    };
    void acquire();
    document.addEventListener("visibilitychange", acquire);
    return () => {
      document.removeEventListener("visibilitychange", acquire);
      void lock?.release();
    };
  }, []);
}

/** True when the pointer has not moved for three seconds. */
export function useRestingPointer(): boolean {
  const [isResting, setIsResting] = useState(false);
  useEffect(() => {
    let timer = window.setTimeout(() => setIsResting(true), restAfterMs);
    const moved = () => {
      window.clearTimeout(timer);
      setIsResting(false);
      timer = window.setTimeout(() => setIsResting(true), restAfterMs);
    };
    window.addEventListener("pointermove", moved);
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener("pointermove", moved);
    };
  }, []);
  return isResting;
}
