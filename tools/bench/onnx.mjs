// ONNX's messages (onnx.proto3): nodes, tensors, inputs and outputs of a graph, and the model around it.
import { bytes, float, integer, message, string, toBytes } from './protobuf.mjs';

const elementTypes = { float32: 1, uint8: 2, int32: 6, int64: 7 };

/** Operators outside the standard belong to onnxruntime's own domain. */
export const microsoft = 'com.microsoft';

export class OnnxGraph {
  #nodes = [];
  #initializers = [];
  #inputs = [];
  #outputs = [];

  /** Attributes are whole numbers, or floats wrapped in a Float32Array of one. @returns the first output's name. */
  node(type, inputs, outputs, { domain = '', attributes = {} } = {}) {
    this.#nodes.push(
      message(
        1,
        inputs.flatMap((name) => string(1, name)),
        outputs.flatMap((name) => string(2, name)),
        string(3, `${type} ${outputs[0]}`),
        string(4, type),
        Object.entries(attributes).flatMap(([name, value]) => attribute(name, value)),
        string(7, domain),
      ),
    );
    return outputs[0];
  }

  /** @returns the tensor's name. */
  initializer(name, type, dims, data) {
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const shape = dims.flatMap((size) => integer(1, size));
    this.#initializers.push(message(5, shape, integer(2, elementTypes[type]), string(8, name), bytes(9, raw)));
    return name;
  }

  /** A size that is a string varies from run to run. */
  input(name, type, dims) {
    this.#inputs.push(valueInfo(11, name, type, dims));
    return name;
  }

  output(name, type, dims) {
    this.#outputs.push(valueInfo(12, name, type, dims));
  }

  toModel() {
    const operatorSet = (domain, version) => message(8, string(1, domain), integer(2, version));
    const parts = [this.#nodes, this.#initializers, this.#inputs, this.#outputs].flatMap((part) => part.flat());
    const irVersion = 8;
    return toBytes(
      integer(1, irVersion),
      message(7, string(2, 'llama'), parts),
      operatorSet('', 17),
      operatorSet(microsoft, 1),
    );
  }
}

function attribute(name, value) {
  const isFloat = value instanceof Float32Array;
  const [kind, content] = isFloat ? [1, float(2, value[0])] : [2, integer(3, value)];
  return message(5, string(1, name), content, integer(20, kind));
}

function valueInfo(field, name, type, dims) {
  const sizes = dims.flatMap((size) => message(1, typeof size === 'string' ? string(2, size) : integer(1, size)));
  return message(field, string(1, name), message(2, message(1, integer(1, elementTypes[type]), message(2, sizes))));
}
