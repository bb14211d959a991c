import { isSettled, type OrderRecord, type Placement } from './placement';
import type { PlannedOrder } from './plan';

/**
 * The orders of a run that are still to be sent, begun in the record one window at a time. Of several with the same
 * idempotency key one at a time comes out: what it comes to decides on the rest.
 */
export class OrderQueue {
	readonly #waiting: PlannedOrder[];
	/** In the record, and not sent yet. */
	readonly #begun: PlannedOrder[] = [];
	/** Keys of orders that are begun and not settled yet. */
	readonly #busy = new Set<string>();
	/** Lanes that wait for an order: for a key to become free, or for a window to be begun. */
	#wakeUps: Array<() => void> = [];
	#beginning: Promise<void> | undefined;
	readonly #record: OrderRecord;
	readonly #onHeld: (placement: Placement) => void;

	constructor(
		orders: readonly PlannedOrder[],
		record: OrderRecord,
		/** Gets each order that must not be sent, and why. */
		onHeld: (placement: Placement) => void,
	) {
		this.#record = record;
		this.#onHeld = onHeld;
		this.#waiting = orders.filter(({ item }) => !isSettled(record.recall(item)));
	}

	/** The next order to send; undefined when there is none left or `isStopped` says so. */
	async next(isStopped: () => boolean): Promise<PlannedOrder | undefined> {
		for (;;) {
			if (isStopped()) return undefined;
			const ready = this.#begun.shift();
			if (ready) return ready;
			const window = this.#beginning === undefined ? this.#takeWindow() : [];
			if (window.length > 0) await this.#begin(window);
			else if (this.#beginning !== undefined) await this.#beginning;
			else if (this.#waiting.length > 0) await new Promise<void>((resolve) => this.#wakeUps.push(resolve));
			else return undefined;
		}
	}

	/** Lets others with the key of this order, which is settled now, have their turn. */
	free({ idempotencyKey: key }: PlannedOrder): void {
		if (key !== undefined) this.#busy.delete(key);
		this.#wake();
	}

	/** Takes the orders out that were begun and will not be sent. */
	takeRest(): PlannedOrder[] {
		return this.#begun.splice(0);
	}

	async #begin(window: readonly PlannedOrder[]): Promise<void> {
		this.#beginning = this.#record.begin(window).then((held) => {
			for (const order of window) {
				const placement = held.get(order.item);
				if (placement === undefined) this.#begun.push(order);
				else {
					this.#onHeld(placement);
					this.free(order);
				}
			}
		});
		await this.#beginning;
		this.#beginning = undefined;
		this.#wake();
	}

	#wake(): void {
		for (const wakeUp of this.#wakeUps.splice(0)) wakeUp();
	}

	#takeWindow(): PlannedOrder[] {
		const window: PlannedOrder[] = [];
		for (let at = 0; at < this.#waiting.length && window.length < this.#record.window(); ) {
			const order = this.#waiting[at] as PlannedOrder;
			const { idempotencyKey: key } = order;
			if (key !== undefined && this.#busy.has(key)) at++;
			else {
				// From here on, not only from when it is sent: another lane may ask for a window in between
				if (key !== undefined) this.#busy.add(key);
				this.#waiting.splice(at, 1);
				window.push(order);
			}
		}
		return window;
	}
}
