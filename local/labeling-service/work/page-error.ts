/** What is wrong with a worker's page or its template, in words for whoever wrote it. */
export class PageFault extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'PageFault'
  }
}
