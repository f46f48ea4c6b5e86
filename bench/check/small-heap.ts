/** First of all, as in the monitor's own process. */
import { keepHeapSmall } from "../../src/services/heap.ts";

keepHeapSmall();
