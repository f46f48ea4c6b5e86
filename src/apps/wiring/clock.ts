/** The system clock, for command-line code that passes it to an operation. */
export { systemClock } from "../../services/process/clock.ts";
