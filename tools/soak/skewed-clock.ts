/** Sets the clock of this process off: `Date` reads this many milliseconds later. */
export function skewClock(milliseconds: number): void {
  const RealDate = Date
  globalThis.Date = new Proxy(RealDate, {
    // Only the current time is off: `new Date(…)` with arguments says what they say.
    construct: (_, args: [], newTarget) =>
      Reflect.construct(RealDate, args.length === 0 ? [RealDate.now() + milliseconds] : args, newTarget),
    get: (_, name) => (name === 'now' ? () => RealDate.now() + milliseconds : Reflect.get(RealDate, name)),
  })
}
