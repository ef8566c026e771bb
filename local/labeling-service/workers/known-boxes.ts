/** A true box of an image, in fractions 0..1 of its width and height, origin top left. */
export interface KnownBox {
  readonly label: string
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Returns all true boxes of the image at this `source-ref`; empty for an image without objects. A rejection repeats the step. */
export type KnownBoxes = (sourceRef: string) => Promise<readonly KnownBox[]>
