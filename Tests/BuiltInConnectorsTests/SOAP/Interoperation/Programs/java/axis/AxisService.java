// A service of Axis 1.4 for the tests: rpc/encoded, whose answers hold what stands elsewhere in them (multiRef), arrays,
// tables and faults. The argument is the port.

import java.net.InetAddress;
import java.net.ServerSocket;
import org.apache.axis.configuration.XMLStringProvider;
import org.apache.axis.transport.http.SimpleAxisServer;

public class AxisService {
    static String bean(String name, String type) {
        return "<beanMapping qname='n:" + name + "' xmlns:n='urn:galley:axis' languageSpecificType='java:" + type + "'/>";
    }

    public static void main(String[] arguments) throws Exception {
        String mapper = "<requestFlow><handler type='java:org.apache.axis.handlers.http.URLMapper'/></requestFlow>";
        SimpleAxisServer server = new SimpleAxisServer();
        server.setMyConfig(new XMLStringProvider(
            "<deployment xmlns='http://xml.apache.org/axis/wsdd/' xmlns:java='http://xml.apache.org/axis/wsdd/providers/java'>"
                + "<globalConfiguration><parameter name='sendMultiRefs' value='true'/></globalConfiguration>"
                + "<transport name='http'>" + mapper + "</transport><transport name='SimpleHTTP'>" + mapper + "</transport>"
                + "<service name='Shop' provider='java:RPC' style='rpc' use='encoded'>"
                + "<namespace>urn:galley:axis</namespace><parameter name='className' value='Shop'/>"
                + "<parameter name='allowedMethods' value='*'/>" + bean("Line", "Line")
                + bean("Refused", "Refused")
                + "<arrayMapping qname='n:Lines' xmlns:n='urn:galley:axis' languageSpecificType='java:Line[]'"
                + " innerType='n:Line' encodingStyle='http://schemas.xmlsoap.org/soap/encoding/'/></service></deployment>"));
        server.setServerSocket(
            new ServerSocket(Integer.parseInt(arguments[0]), 100, InetAddress.getByName("127.0.0.1")));
        server.run();
    }
}
