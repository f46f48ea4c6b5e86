/** `/settings` itself: goes on to the first page that the reader may see. */
import { Navigate } from "@tanstack/react-router";
import { useRight } from "../api/session.ts";

export function FirstSection() {
  return <Navigate to={useRight("edit") ? "/settings/channels" : "/settings/maintenance"} replace />;
}
