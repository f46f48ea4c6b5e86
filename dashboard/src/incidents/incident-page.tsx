/** One incident. */
export function IncidentPage() {
  return null;
}
