/** The messages between the measuring thread and the searching thread. */
import type {
  ResponseExpectations,
  SearchedResponse,
} from "../../core/checking/judging/response-expectations.ts";
import type { SearchOutcome } from "../../core/checking/judging/searching.ts";

export interface SearchRequest {
  readonly response: SearchedResponse;
  readonly expectations: ResponseExpectations;
}

export interface CpuMicroseconds {
  readonly user: number;
  readonly system: number;
}

export type SearchMessage =
  | { readonly kind: "began"; readonly cpuMicroseconds: CpuMicroseconds }
  | { readonly kind: "found"; readonly outcome: SearchOutcome }
  | { readonly kind: "failed"; readonly reason: string };
