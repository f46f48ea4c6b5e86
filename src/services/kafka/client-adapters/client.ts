/**
 * The documented part of `@platformatic/kafka`, for the other rooms. Only this folder imports the client; its other files
 * each hold one thing that the client does not document, with a contract test that fails when a new version changes it.
 */
export {
  Admin,
  type Base,
  type BaseOptions,
  type Broker,
  type Connection,
  Consumer,
  type GroupAssignment,
  ListOffsetTimestamps,
  Producer,
} from "@platformatic/kafka";
