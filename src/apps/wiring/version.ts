/** The program's version, for those who print it. */
export { packageVersion } from "../../services/configuration/package-version.ts";
