/**
 * Returns the methods to route to an endpoint: HEAD too for a GET, because an HTTP API does not do so by itself. Pure.
 */
export const routedMethods = (method: string): readonly string[] => (method === 'GET' ? ['GET', 'HEAD'] : [method])
