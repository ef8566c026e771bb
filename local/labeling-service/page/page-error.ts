/** A problem with a worker page or its template. Its message is for the author of the template. */
export class PageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'PageFault'
  }
}
