/** A box that is really in an image: fractions 0..1 of its width and height, origin top left. */
export interface KnownBox {
  readonly label: string
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/**
 * All that is to be seen in the image at this `source-ref`; none for an image in which nothing is. When it rejects, the
 * step is done again.
 */
export type KnownBoxes = (sourceRef: string) => Promise<readonly KnownBox[]>
