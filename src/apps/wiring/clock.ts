/** The system's clock, for faces that hand it to an operation. */
export { systemClock } from "../../services/process/clock.ts";
