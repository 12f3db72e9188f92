/**
 * The describe block of tests in which a healthy service has to pass. A failure there is a false FAIL, the fault that this product
 * may not have: CI never gives such a test a second attempt.
 */
export const HEALTHY = 'a healthy service'
