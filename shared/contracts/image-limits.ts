/** Limits of the labeling service. @see https://docs.aws.amazon.com/sagemaker/latest/dg/input-data-limits.html */
export const MAX_IMAGE_BYTES = 40_000_000
export const MAX_IMAGE_PIXELS = 100_000_000
