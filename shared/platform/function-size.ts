/** The memory of a function that mostly waits for requests. CPU is proportional to memory. */
export const ENDPOINT_MEGABYTES = 1024

/** The memory with which a function has one whole vCPU. @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
export const WHOLE_CPU_MEGABYTES = 1769

/** The time limit of an endpoint: an HTTP API times out after 30 seconds. */
export const ENDPOINT_SECONDS = 29
