export { useNow as useServerNow } from '../ui/clock.ts'
