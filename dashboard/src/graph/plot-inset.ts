/** Space left and right of a graph's plotting area, pixels: what is drawn above and below lines up with it. */
export const plotInset = { left: 56, right: 8 } as const;
