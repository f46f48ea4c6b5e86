/** The program's version, for the command line. */
export { packageVersion } from "../../services/configuration/package-version.ts";
