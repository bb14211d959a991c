import type {
	FieldType,
	ILoadOptionsFunctions,
	ResourceMapperField,
	ResourceMapperFields,
} from 'n8n-workflow';
import { allowsDripFeed } from '../panel/serviceChecks';
import {
	isDripFeed,
	LIST_FIELDS,
	ORDER_FIELDS,
	orderTypeOf,
	type FieldKind,
	type OrderField,
	type OrderType,
} from '../panel/orderTypes';
import type { Service } from '../panel/schemas';
import { loadCatalogue } from './services';

/** All others are text, numbers too: a number field makes 1 of "1.000" before anyone has seen it. */
const FIELD_TYPES: Partial<Record<FieldKind, FieldType>> = { date: 'dateTime', choice: 'options' };

/**
 * The fields of the chosen service; all of them where it comes from an expression or has a type of its own. Where the
 * editor knows the input, it hands over what the expression gives for the first item: as a number it can only be that,
 * since what is typed is text. Other items can have other types, so that the other fields are offered as well.
 */
export async function getOrderFields(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const chosen = this.getCurrentNodeParameter('serviceId', { extractValue: true });
	const id = chosenService(chosen);
	if (id === undefined) return withColumns(fieldsOf(undefined).map((field) => mapperField(field)));
	const catalogue = await loadCatalogue(this);
	const service = catalogue.services[catalogue.byId.get(id) ?? -1];
	const type = service && orderTypeOf(service.type);
	const own = fieldsOf(type);
	const offersAll = type !== undefined && typeof chosen === 'number';
	const others = offersAll ? ORDER_FIELDS.filter((field) => !own.includes(field)) : [];
	const withoutDripFeed = !offersAll && service !== undefined && !allowsDripFeed(service, catalogue);
	const fields = [...own, ...others]
		.filter(({ name }) => !withoutDripFeed || !isDripFeed(name))
		.map((field) => mapperField(field, type, service));
	return service === undefined
		? { fields, emptyFieldsNotice: `The panel has no service ${id}.` }
		: withColumns(fields);
}

/**
 * n8n shows the notice where it shows no fields: with automatic mapping, and for a moment before them. The mapper has
 * only one line for each field: a list that the service needs stands there to be read, and is entered under *Lists*.
 */
function withColumns(fields: ResourceMapperField[]): ResourceMapperFields {
	const isList = ({ id }: ResourceMapperField) => LIST_FIELDS.some(({ name }) => name === id);
	const columns = fields.map(({ displayName, required }) => `${displayName}${required ? ' *' : ''}`);
	const needed = fields.some(({ required }) => required) ? ' Those with * are needed.' : '';
	return {
		fields: fields.flatMap((field) => {
			if (!isList(field)) return field;
			const displayName = `${field.displayName}: required in Lists`;
			return field.required ? { ...field, displayName, required: false, readOnly: true } : [];
		}),
		emptyFieldsNotice: `Map Automatically takes columns with these names, in any case: ${columns.join(', ')}.${needed}`,
	};
}

/** Its ID; undefined where none is chosen or an expression will choose it. */
function chosenService(chosen: unknown): string | undefined {
	const id = typeof chosen === 'string' || typeof chosen === 'number' ? String(chosen).trim() : '';
	return id === '' || id.startsWith('=') || id.includes('{{') ? undefined : id.replace(/^#/, '');
}

/** Required fields first, as the API lists them; every field for an unknown type. */
const fieldsOf = (type: OrderType | undefined): OrderField[] =>
	type === undefined
		? [...ORDER_FIELDS]
		: [...type.required, ...type.optional].flatMap((name) =>
				ORDER_FIELDS.filter((field) => field.name === name),
			);

function mapperField(field: OrderField, type?: OrderType, service?: Service): ResourceMapperField {
	const { name, label, kind, choices } = field;
	const required = type?.required.includes(name) ?? false;
	return {
		id: name,
		displayName: `${label}${hint(field, type, service)}`,
		type: FIELD_TYPES[kind] ?? 'string',
		required,
		defaultMatch: false,
		canBeUsedToMatch: false,
		display: true,
		removed: type !== undefined ? !required : !['link', 'quantity'].includes(name),
		...(choices && {
			options: choices.map(({ value, label: choice }) => ({ name: choice, value })),
		}),
	};
}

/**
 * The form shows nothing of a field but its name: what else there is to know stands behind it. Of names longer than
 * about 25 letters n8n cuts off the end and pushes the field out of the form.
 */
function hint({ name, kind }: OrderField, type?: OrderType, service?: Service): string {
	const { min, max } = service ?? { min: 0, max: 0 };
	const limits = max > 0 && max >= min ? `${min}–${max}` : '';
	if (kind === 'lines') return type?.units === name && limits !== '' ? ` (${limits} Lines)` : ' (One a Line)';
	return name === 'quantity' && limits !== '' ? ` (${limits})` : '';
}
