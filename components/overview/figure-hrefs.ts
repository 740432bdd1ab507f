/** The list behind each figure, in their order on the page: keys 1 to 5 go there. */
export const FIGURE_HREFS = {
  done: '/tasks?q=state%3Asucceeded',
  failing: '/tasks?q=state%3Afailed',
  waiting: '/queues',
  workers: '/workers',
  wait: '/tasks?sort=-wait',
} as const
