/** The live connection for components. */
import { useEffect, useEffectEvent, useSyncExternalStore } from "react";
import { type LiveEvents, type LiveState, liveState, onLive, onLiveState } from "./connection.ts";

export function useLiveState(): LiveState {
  return useSyncExternalStore(onLiveState, liveState);
}

/** Calls `handle` with the events of each frame while the component is shown. */
export function useLiveEvents<Name extends keyof LiveEvents>(
  name: Name,
  handle: (events: readonly LiveEvents[Name][]) => void,
): void {
  const handleLatest = useEffectEvent(handle);
  useEffect(() => onLive(name, handleLatest), [name]);
}
