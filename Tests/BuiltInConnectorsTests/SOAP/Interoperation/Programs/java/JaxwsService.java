// A service of the reference implementation of JAX-WS for the tests: document/literal, bare, and rpc/literal in SOAP 1.1, files
// beside the envelope (MTOM) in SOAP 1.2, headers, faults, types that stand for others. (Debian's has no wrapped operations
// without classes for the wrappers.) The argument is the port.

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import javax.activation.DataHandler;
import javax.annotation.Resource;
import javax.jws.Oneway;
import javax.jws.WebParam;
import javax.jws.WebResult;
import javax.jws.WebService;
import javax.jws.soap.SOAPBinding;
import javax.mail.util.ByteArrayDataSource;
import javax.xml.bind.annotation.XmlAccessType;
import javax.xml.bind.annotation.XmlAccessorType;
import javax.xml.bind.annotation.XmlAttachmentRef;
import javax.xml.bind.annotation.XmlAttribute;
import javax.xml.bind.annotation.XmlElement;
import javax.xml.bind.annotation.XmlElementWrapper;
import javax.xml.bind.annotation.XmlElements;
import javax.xml.bind.annotation.XmlEnum;
import javax.xml.bind.annotation.XmlSeeAlso;
import javax.xml.bind.annotation.XmlType;
import javax.xml.bind.annotation.XmlValue;
import javax.xml.datatype.XMLGregorianCalendar;
import javax.xml.ws.BindingType;
import javax.xml.ws.Endpoint;
import javax.xml.ws.Holder;
import javax.xml.ws.WebFault;
import javax.xml.ws.WebServiceContext;
import javax.xml.ws.handler.MessageContext;
import javax.xml.ws.soap.Addressing;
import javax.xml.ws.soap.MTOM;

public class JaxwsService {
    static final String NAMESPACE = "urn:galley:jaxws";

    @XmlEnum
    public enum State { NEW, PAID, GONE }

    @XmlAccessorType(XmlAccessType.FIELD)
    public static class Money {
        @XmlValue public BigDecimal amount;
        @XmlAttribute(required = true) public String currency;
    }

    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlSeeAlso({Company.class, Person.class})
    public abstract static class Party {
        @XmlElement(required = true) public String name;
    }

    @XmlAccessorType(XmlAccessType.FIELD)
    public static class Company extends Party {
        public String vat;
    }

    @XmlAccessorType(XmlAccessType.FIELD)
    public static class Person extends Party {
        public int age;
    }

    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(propOrder = {"id", "placed", "total", "paid", "state", "tags", "lines", "numbers", "payments", "buyer", "scan",
        "note", "parent"})
    public static class Order {
        @XmlAttribute public String key;
        public long id;
        public XMLGregorianCalendar placed;
        public Money total;
        public Boolean paid;
        public State state;
        @XmlElementWrapper(name = "tags") @XmlElement(name = "tag") public List<String> tags;
        public List<Line> lines;
        @XmlElement(nillable = true) public List<Integer> numbers;
        @XmlElements({@XmlElement(name = "card", type = String.class), @XmlElement(name = "cash", type = BigDecimal.class)})
        public List<Object> payments;
        public Party buyer;
        public byte[] scan;
        @XmlElement(nillable = true) public String note;
        public Order parent;
    }

    @XmlAccessorType(XmlAccessType.FIELD)
    public static class Line {
        @XmlElement(required = true) public String sku;
        @XmlElement(defaultValue = "1") public int quantity;
    }

    @XmlAccessorType(XmlAccessType.FIELD)
    public static class StockProblem {
        public String sku;
        public int left;
        public List<String> others;
    }

    @WebFault(name = "OutOfStock", targetNamespace = NAMESPACE)
    public static class OutOfStock extends Exception {
        private final StockProblem problem;

        public OutOfStock(String message, StockProblem problem) {
            super(message);
            this.problem = problem;
        }

        public StockProblem getFaultInfo() { return problem; }
    }

    @XmlAccessorType(XmlAccessType.FIELD)
    public static class Orders {
        public List<Order> order = new ArrayList<>();
    }

    @XmlAccessorType(XmlAccessType.FIELD)
    public static class Found {
        public Party party;
    }

    @WebService(serviceName = "Shop", portName = "ShopPort", targetNamespace = NAMESPACE)
    @SOAPBinding(parameterStyle = SOAPBinding.ParameterStyle.BARE)
    public static class Shop {
        @WebResult(name = "orderBack")
        public Order echo(@WebParam(name = "order") Order order) { return order; }

        @WebResult(name = "orders")
        public Orders list(@WebParam(name = "count") int count) {
            Orders orders = new Orders();
            for (int number = 0; number < count; number++) {
                Order order = new Order();
                order.id = number;
                orders.order.add(order);
            }
            return orders;
        }

        @WebResult(name = "found")
        public Found find(@WebParam(name = "kind") String kind) {
            Found found = new Found();
            if (kind.equals("company")) {
                Company company = new Company();
                company.name = "ACME & <Söhne>";
                company.vat = "DE1";
                found.party = company;
            } else if (!kind.isEmpty()) {
                Person person = new Person();
                person.name = "Ann";
                person.age = 36;
                found.party = person;
            }
            return found;
        }

        @WebResult(name = "who")
        public String session(
            @WebParam(name = "ask") String ask,
            @WebParam(name = "token", header = true, mode = WebParam.Mode.INOUT) Holder<String> token
        ) {
            String given = token.value;
            token.value = given + "!";
            return given;
        }

        @WebResult(name = "done")
        public String fail(@WebParam(name = "how") String how) throws OutOfStock {
            if (how.equals("typed")) {
                StockProblem problem = new StockProblem();
                problem.sku = "A";
                problem.left = 2;
                problem.others = List.of("B", "C");
                throw new OutOfStock("none left", problem);
            }
            throw new IllegalStateException("broken & <odd>");
        }

        @Oneway
        public void tell(@WebParam(name = "event") String event) {}
    }

    @WebService(serviceName = "Sums", portName = "SumsPort", targetNamespace = NAMESPACE)
    @SOAPBinding(style = SOAPBinding.Style.RPC)
    public static class Sums {
        @WebResult(name = "sum")
        public BigDecimal add(
            @WebParam(name = "a") BigDecimal a, @WebParam(name = "b") BigDecimal b,
            @WebParam(name = "words", mode = WebParam.Mode.OUT) Holder<String> words,
            @WebParam(name = "count", mode = WebParam.Mode.INOUT) Holder<Integer> count
        ) {
            words.value = a + "+" + b;
            count.value = count.value + 1;
            return a.add(b);
        }

        @WebResult(name = "line")
        public Line twice(@WebParam(name = "line") Line line) {
            line.quantity *= 2;
            return line;
        }

        public void nothing() {}
    }

    @MTOM
    @BindingType(javax.xml.ws.soap.SOAPBinding.SOAP12HTTP_MTOM_BINDING)
    @WebService(serviceName = "Files", portName = "FilesPort", targetNamespace = NAMESPACE)
    @SOAPBinding(parameterStyle = SOAPBinding.ParameterStyle.BARE)
    public static class Files {
        @WebResult(name = "parcelBack")
        public Parcel reverse(@WebParam(name = "parcel") Parcel parcel) {
            byte[] made = new byte[parcel.file.length];
            for (int place = 0; place < made.length; place++) {
                made[place] = parcel.file[made.length - 1 - place];
            }
            Parcel back = new Parcel();
            back.file = made;
            back.others = List.of(parcel.file, new byte[] {1});
            return back;
        }

        @WebResult(name = "never")
        public String fail(@WebParam(name = "why") String why) { throw new IllegalStateException(why); }
    }

    @XmlAccessorType(XmlAccessType.FIELD)
    public static class Scan {
        public String said;
        @XmlAttachmentRef public DataHandler page;
    }

    /** Refuses messages without WS-Addressing headers; knows attachments, whether the message refers to them or not. */
    @Addressing(required = true)
    @WebService(serviceName = "Letters", portName = "LettersPort", targetNamespace = NAMESPACE)
    @SOAPBinding(parameterStyle = SOAPBinding.ParameterStyle.BARE)
    public static class Letters {
        @Resource public WebServiceContext context;

        /** Says what is attached. */
        @SuppressWarnings("unchecked")
        @WebResult(name = "said")
        public String list(@WebParam(name = "letter") String letter) {
            Map<String, DataHandler> given =
                (Map<String, DataHandler>) context.getMessageContext().get(MessageContext.INBOUND_MESSAGE_ATTACHMENTS);
            StringBuilder said = new StringBuilder(letter);
            for (Map.Entry<String, DataHandler> entry : new TreeMap<>(given).entrySet()) {
                said.append(" ").append(entry.getKey()).append(" ").append(bytes(entry.getValue()).length).append(" ")
                    .append(entry.getValue().getContentType());
            }
            return said.toString();
        }

        /** Gives a page back, its bytes turned around. */
        @WebResult(name = "scanBack")
        public Scan turn(@WebParam(name = "scan") Scan scan) {
            byte[] bytes = bytes(scan.page);
            byte[] back = new byte[bytes.length];
            for (int place = 0; place < back.length; place++) { back[place] = bytes[back.length - 1 - place]; }
            Scan made = new Scan();
            made.said = scan.said + " " + scan.page.getContentType();
            made.page = new DataHandler(new ByteArrayDataSource(back, "image/png"));
            return made;
        }

        /** What a method throws would be described, and Debian's JAX-WS can't. */
        private static byte[] bytes(DataHandler handler) {
            try {
                return handler.getInputStream().readAllBytes();
            } catch (IOException error) { throw new java.io.UncheckedIOException(error); }
        }
    }

    @XmlAccessorType(XmlAccessType.FIELD)
    public static class Parcel {
        public byte[] file;
        public List<byte[]> others;
    }

    public static void main(String[] arguments) throws IOException {
        // Called faults carry no stack traces.
        System.setProperty("com.sun.xml.ws.fault.SOAPFaultBuilder.disableCaptureStackTrace", "true");
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])), 100);
        Endpoint.create(new Files()).publish(server.createContext("/files"));
        Endpoint.create(new Letters()).publish(server.createContext("/letters"));
        Endpoint.create(new Sums()).publish(server.createContext("/sums"));
        Endpoint.create(new Shop()).publish(server.createContext("/shop"));
        // All services are there once it takes connections.
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
    }
}
