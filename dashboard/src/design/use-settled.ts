/** A value once it has not changed for a moment: for questions to the server while somebody types. */
import { useEffect, useState } from "react";

const typingPauseMs = 250;

/** Compares by identity: memoise what is made anew each time. */
export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), typingPauseMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
